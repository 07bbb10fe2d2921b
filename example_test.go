package uk_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"uk.example"
	"uk.example/kvmboot"
)

// A server in the background, from its start to its end.
func ExampleStartMachine() {
	ctx := context.Background()
	m, err := uk.StartMachine(ctx, uk.MachineOptions{
		Args:     []string{"--name", "db", "-p", "6379", "/usr/bin/redis-server", "--", "--protected-mode", "no"},
		Messages: os.Stderr,
	})
	if err != nil {
		log.Fatal(err)
	}
	var figures kvmboot.Metrics
	if err := m.Metrics(ctx, &figures); err != nil {
		log.Fatal(err)
	}
	fmt.Println(figures.Memory.Touched, "bytes of memory")
	if err := m.Stop(ctx, nil); err != nil {
		log.Fatal(err)
	}
	state, err := m.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ended with", state.ExitCode)
}

// A guest of this process, which ends with it.
func ExampleImage_Start() {
	ctx := context.Background()
	img, err := uk.Open("server.uk")
	if err != nil {
		log.Fatal(err)
	}
	g, err := img.Start(ctx, uk.RunOptions{Stdout: os.Stdout, ProgramStderr: os.Stderr})
	if err != nil {
		log.Fatal(err)
	}
	time.Sleep(time.Minute)
	status, err := g.Stop(10 * time.Second)
	fmt.Println(status, err)
}
