// Command uk-metrics tells Prometheus of this user's machines: uk metrics starts it.
//
// It asks the runners by their control sockets, each time it is asked itself. It is a program of its own because
// Prometheus' library takes a millisecond to start, which uk run does without.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/expfmt"
	"golang.org/x/sys/unix"

	"uk.example/internal/confine"
	"uk.example/internal/machines"
)

func main() {
	listen := flag.String("listen", "", "serve the figures at this address, at /metrics")
	flag.Parse()
	if err := run(*listen); err != nil {
		fmt.Fprintln(os.Stderr, "uk-metrics:", err)
		os.Exit(1)
	}
}

func run(listen string) error {
	store, err := machines.Open()
	if err != nil {
		return err
	}
	var ln net.Listener
	if listen != "" {
		if ln, err = net.Listen("tcp", listen); err != nil {
			return err
		}
	}
	if err := sandbox(store); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	if ln == nil {
		return show(store)
	}
	return serve(store, ln)
}

// sandbox gives up all but the machines' folder, for runners may have been taken over, and anybody connects to this process.
func sandbox(store *machines.Store) error {
	confine.CloseInherited()
	_, err := confine.New(confine.Rules{Asker: true, Folders: []confine.Folder{{Path: store.Folder()}}}).Process()
	return err
}

// show prints the figures.
func show(store *machines.Store) error {
	var damaged error
	r := prometheus.NewRegistry()
	if err := r.Register(collector{store, func(err error) { damaged = err }}); err != nil {
		return err
	}
	families, err := r.Gather()
	if err != nil {
		return err
	}
	enc := expfmt.NewEncoder(os.Stdout, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, f := range families {
		if err := enc.Encode(f); err != nil {
			return err
		}
	}
	return damaged
}

// serve tells the figures to who asks for /metrics, until a signal ends it.
func serve(store *machines.Store, ln net.Listener) error {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	complain := log.New(os.Stderr, "uk-metrics: ", 0)
	r := prometheus.NewRegistry()
	if err := r.Register(collector{store, func(err error) { complain.Print(err) }}); err != nil {
		return err
	}
	fmt.Printf("http://%s/metrics\n", ln.Addr())
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{ErrorLog: complain, MaxRequestsInFlight: 4, Timeout: 30 * time.Second}))
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	context.AfterFunc(ctx, func() { srv.Close() })
	if err := srv.Serve(ln); err != http.ErrServerClosed {
		return err
	}
	return nil
}
