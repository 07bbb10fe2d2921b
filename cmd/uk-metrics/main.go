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
	r := prometheus.NewRegistry()
	complain := log.New(os.Stderr, "uk-metrics: ", 0)
	var damaged error
	tell := func(err error) { damaged = err }
	if listen != "" {
		tell = func(err error) { complain.Print(err) }
	}
	if err := r.Register(collector{tell}); err != nil {
		return err
	}
	if listen == "" {
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
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/metrics\n", ln.Addr())
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{ErrorLog: complain, MaxRequestsInFlight: 4, Timeout: 30 * time.Second}))
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	context.AfterFunc(ctx, func() { srv.Close() })
	if err := srv.Serve(ln); err != http.ErrServerClosed {
		return err
	}
	return nil
}
