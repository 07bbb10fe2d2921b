// Command main serves HTTP/1.1 on port 8080 and HTTP/2 over TLS on port 8443, with a certificate that it makes
// itself: / answers with the path, /echo with what it was sent, /sum with the SHA-256 of that, /sql with the
// result of the query it was sent, by a data base in memory. An argument is another address for HTTP/1.1 alone.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	db, err := open(":memory:")
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s\n", r.Proto, r.URL.Path)
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 {
			_ = http.NewResponseController(w).EnableFullDuplex()
		}
		_, _ = io.Copy(w, r.Body)
	})
	mux.HandleFunc("/sum", func(w http.ResponseWriter, r *http.Request) {
		h := sha256.New()
		n, err := io.Copy(h, r.Body)
		fmt.Fprintf(w, "%x %d %v\n", h.Sum(nil), n, err)
	})
	mux.HandleFunc("/sql", func(w http.ResponseWriter, r *http.Request) {
		query, _ := io.ReadAll(r.Body)
		out, err := db.exec(string(query))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, out)
	})
	if len(os.Args) > 1 {
		log.Fatal(http.ListenAndServe(os.Args[1], mux))
	}
	cert, err := certificate()
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		s := http.Server{Addr: ":8443", Handler: mux, TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}}
		log.Fatal(s.ListenAndServeTLS("", ""))
	}()
	log.Fatal(http.ListenAndServe(":8080", mux))
}

// certificate is one for localhost, signed by itself.
func certificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{{127, 0, 0, 1}},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
