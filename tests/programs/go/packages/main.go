// The breadth of the standard library that needs nothing of a network.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"math/big"
	"os"
	"regexp"
	"sort"
	"strings"
	"text/template"
)

func main() {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	io.WriteString(z, strings.Repeat("compress me ", 10000))
	z.Close()
	r, err := gzip.NewReader(&zipped)
	b, _ := io.ReadAll(r)
	fmt.Println(len(b), err, crc32.ChecksumIEEE(b))

	block, _ := aes.NewCipher(make([]byte, 32))
	gcm, _ := cipher.NewGCM(block)
	sealed := gcm.Seal(nil, make([]byte, 12), []byte("secret"), nil)
	fmt.Printf("%x %x\n", sealed, sha256.Sum256(sealed))

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	h := sha256.Sum256([]byte("message"))
	sig, _ := ecdsa.SignASN1(rand.Reader, key, h[:])
	fmt.Println("signed", ecdsa.VerifyASN1(&key.PublicKey, h[:], sig))

	var v struct {
		Name string         `json:"name"`
		Tags map[string]any `json:"tags"`
	}
	fmt.Println(json.Unmarshal([]byte(`{"name":"x","tags":{"b":[1,2],"a":null}}`), &v))
	out, _ := json.Marshal(v)
	fmt.Println(string(out))
	//lint:ignore SA1026 an error is wanted
	_, err = json.Marshal(func() {})
	fmt.Println(err)
	fmt.Println(new(big.Int).Exp(big.NewInt(7), big.NewInt(200), nil))
	fmt.Println(regexp.MustCompile(`(\w+)=(\d+)`).FindAllString("a=1 b=22 c=x", -1))
	template.Must(template.New("").Parse("{{range $i, $e := .}}{{$i}}:{{$e}} {{end}}\n")).Execute(os.Stdout, []string{"x", "y"})
	words := strings.Fields("the quick brown fox")
	sort.Strings(words)
	fmt.Println(words)
	slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})).Info("logged", "n", 1)
}
