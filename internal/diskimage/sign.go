package diskimage

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"uk.example/internal/bounded"
)

// Signer signs the program for Secure Boot.
type Signer struct {
	Key  *rsa.PrivateKey
	Cert *x509.Certificate
}

// maxPEM bounds the files of keys and certificates, in bytes.
const maxPEM = 1 << 20

const notRSA = "is no RSA key, which is all that firmware takes"

// minKeyBits is the least size of an RSA key that crypto/rsa signs with.
const minKeyBits = 1024

// LoadSigner reads a key and its certificate from PEM files.
func LoadSigner(keyFile, certFile string) (*Signer, error) {
	block := func(name, what string, kinds ...string) ([]byte, error) {
		b, err := bounded.ReadFile(name, maxPEM)
		if err != nil {
			return nil, err
		}
		for {
			var p *pem.Block
			if p, b = pem.Decode(b); p == nil {
				return nil, fmt.Errorf("%s: holds no %s in PEM form", name, what)
			}
			if p.Type == "ENCRYPTED PRIVATE KEY" || p.Headers["DEK-Info"] != "" {
				return nil, fmt.Errorf("%s: is encrypted: write it without a password (openssl pkey -in KEY -out PLAIN), or sign format efi with another tool", name)
			}
			if p.Type == "EC PRIVATE KEY" {
				return nil, fmt.Errorf("%s: %s", name, notRSA)
			}
			if slices.Contains(kinds, p.Type) {
				return p.Bytes, nil
			}
		}
	}
	kb, err := block(keyFile, "private key", "PRIVATE KEY", "RSA PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	cb, err := block(certFile, "certificate", "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	s := &Signer{}
	if s.Cert, err = x509.ParseCertificate(cb); err != nil {
		return nil, fmt.Errorf("%s: %w", certFile, err)
	}
	if s.Key, err = x509.ParsePKCS1PrivateKey(kb); err != nil {
		k, err := x509.ParsePKCS8PrivateKey(kb)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", keyFile, err)
		}
		var ok bool
		if s.Key, ok = k.(*rsa.PrivateKey); !ok {
			return nil, fmt.Errorf("%s: %s", keyFile, notRSA)
		}
	}
	if bits := s.Key.N.BitLen(); bits < minKeyBits {
		return nil, fmt.Errorf("%s: has %d bits, which is insecure: use a key of 2048", keyFile, bits)
	}
	if !s.Key.PublicKey.Equal(s.Cert.PublicKey) {
		return nil, fmt.Errorf("%s and %s do not belong together", keyFile, certFile)
	}
	return s, nil
}

// DER (X.690) of what Authenticode needs.
var (
	oidSignedData    = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}
	oidContentType   = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03}
	oidMessageDigest = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04}
	oidRSA           = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}
	oidSHA256        = []byte{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}
	oidIndirectData  = []byte{0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04} // SPC_INDIRECT_DATA
	oidPEImageData   = []byte{0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0f} // SPC_PE_IMAGE_DATA
)

const (
	derInteger  = 0x02
	derBits     = 0x03
	derOctets   = 0x04
	derNull     = 0x05
	derOID      = 0x06
	derSequence = 0x30
	derSet      = 0x31
	derContext  = 0xa0 // [0]; [N] is N more
	derString   = 0x80 // [0] IMPLICIT, primitive
)

func der(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	n := len(body)
	out := []byte{tag}
	switch {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	case n < 0x10000:
		out = append(out, 0x82, byte(n>>8), byte(n))
	default:
		out = append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(out, body...)
}

// signature is the PKCS #7 message over a program's digest (Microsoft "Windows
// Authenticode Portable Executable Signature Format"; UEFI 2.10, 32.2.3). It has
// no time in it, and is the same each time.
func (s *Signer) signature(digest [32]byte) ([]byte, error) {
	sha := der(derSequence, der(derOID, oidSHA256), der(derNull))
	var obsolete []byte // what signers write for the file's name
	for _, c := range "<<<Obsolete>>>" {
		obsolete = append(obsolete, 0, byte(c))
	}
	image := der(derSequence, der(derBits, []byte{0}), der(derContext, der(derContext+2, der(derString, obsolete))))
	content := bytes.Join([][]byte{
		der(derSequence, der(derOID, oidPEImageData), image),
		der(derSequence, sha, der(derOctets, digest[:])),
	}, nil)

	sum := sha256.Sum256(content)
	attributes := bytes.Join([][]byte{ // in DER's order
		der(derSequence, der(derOID, oidContentType), der(derSet, der(derOID, oidIndirectData))),
		der(derSequence, der(derOID, oidMessageDigest), der(derSet, der(derOctets, sum[:]))),
	}, nil)
	signed := sha256.Sum256(der(derSet, attributes))
	sig, err := s.Key.Sign(rand.Reader, signed[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	serial := s.Cert.SerialNumber.Bytes()
	if len(serial) == 0 || serial[0] >= 0x80 {
		serial = append([]byte{0}, serial...)
	}
	one := der(derInteger, []byte{1})
	return der(derSequence, der(derOID, oidSignedData), der(derContext, der(derSequence,
		one,
		der(derSet, sha),
		der(derSequence, der(derOID, oidIndirectData), der(derContext, der(derSequence, content))),
		der(derContext, s.Cert.Raw),
		der(derSet, der(derSequence,
			one,
			der(derSequence, s.Cert.RawIssuer, der(derInteger, serial)),
			sha,
			der(derContext, attributes),
			der(derSequence, der(derOID, oidRSA), der(derNull)),
			der(derOctets, sig),
		)),
	))), nil
}

// The attribute certificate table (PE Format): its directory entry, and the
// header of its only entry.
const (
	peCertificates = peOptional + 112 + 4*8
	certHeader     = 8
	certRevision   = 0x0200
	certPKCS       = 0x0002
)

// finishHeader reads the program once: for its digest, which the signature is
// over, for its checksum, and for whoever wants its bytes.
func (p *program) finishHeader(ctx context.Context, s *Signer, each func(b []byte)) error {
	digest := sha256.New()
	var sum uint64
	var at int64
	err := p.copyTo(ctx, nil, func(b []byte, off int64) error {
		sum = peSum(sum, b)
		each(b)
		if s == nil {
			return nil
		}
		for ; at < off; at += min(off-at, int64(len(zeros))) {
			digest.Write(zeros[:min(off-at, int64(len(zeros)))])
		}
		if off == 0 { // the header, less what signing changes
			digest.Write(b[:peChecksum])
			digest.Write(b[peChecksum+4 : peCertificates])
			digest.Write(b[peCertificates+8:])
		} else {
			digest.Write(b)
		}
		at = off + int64(len(b))
		return nil
	})
	if err != nil {
		return err
	}
	h := make([]byte, peHeaderSize)
	if _, err := p.pieces[0].r.ReadAt(h, 0); err != nil {
		return err
	}
	le := binary.LittleEndian
	if s != nil {
		if p.size-at > int64(len(zeros)) {
			return errors.New("internal error: the program ends with a hole")
		}
		digest.Write(zeros[:p.size-at])
		sig, err := s.signature([32]byte(digest.Sum(nil)))
		if err != nil {
			return err
		}
		n := alignUp(int64(certHeader+len(sig)), 8)
		if n > espSpare {
			return fmt.Errorf("a signature of %d bytes is too large", n)
		}
		cert := make([]byte, n)
		le.PutUint32(cert, uint32(n))
		le.PutUint16(cert[4:], certRevision)
		le.PutUint16(cert[6:], certPKCS)
		copy(cert[certHeader:], sig)
		le.PutUint32(h[peCertificates:], uint32(p.size))
		le.PutUint32(h[peCertificates+4:], uint32(n))
		sum = peSum(sum, h[peCertificates:peCertificates+8])
		sum = peSum(sum, cert)
		each(cert)
		p.addBytes(p.size, cert, "signature")
		p.size += n
	}
	le.PutUint32(h[peChecksum:], peFold(sum, p.size))
	p.pieces[0].r = bytes.NewReader(h)
	return nil
}
