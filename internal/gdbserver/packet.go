package gdbserver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// maxPacket is the largest packet in both directions, in bytes.
const maxPacket = 1 << 16

var errTooLong = errors.New("a packet that is too long")

// conn reads and writes packets: $DATA#CHECKSUM.
type conn struct {
	r     *bufio.Reader
	w     io.Writer
	noAck bool
}

// read returns the next packet; "\x03" is an interrupt. Packets with wrong checksums are asked for again.
func (c *conn) read() (string, error) {
	for {
		b, err := c.r.ReadByte()
		if err != nil {
			return "", err
		}
		switch b {
		case 3:
			return "\x03", nil
		case '$':
			data, ok, err := c.body()
			if err != nil {
				return "", err
			}
			if c.noAck {
				return data, nil
			}
			answer := "+"
			if !ok {
				answer = "-"
			}
			if _, err := io.WriteString(c.w, answer); err != nil {
				return "", err
			}
			if ok {
				return data, nil
			}
		} // acknowledgements, and what is none of the protocol's
	}
}

// body reads up to the checksum behind '#'.
func (c *conn) body() (data string, ok bool, err error) {
	var out []byte
	var sum byte
	for {
		b, err := c.r.ReadByte()
		if err != nil {
			return "", false, err
		}
		if b == '#' {
			break
		}
		sum += b
		if b == '}' {
			if b, err = c.r.ReadByte(); err != nil {
				return "", false, err
			}
			sum += b
			b ^= 0x20
		}
		if out = append(out, b); len(out) > maxPacket {
			return "", false, errTooLong
		}
	}
	var digits [2]byte
	if _, err := io.ReadFull(c.r, digits[:]); err != nil {
		return "", false, err
	}
	return string(out), string(digits[:]) == fmt.Sprintf("%02x", sum) || string(digits[:]) == fmt.Sprintf("%02X", sum), nil
}

// write sends a packet.
func (c *conn) write(data string) error {
	out := []byte{'$'}
	for i := range len(data) {
		b := data[i]
		if b == '$' || b == '#' || b == '}' || b == '*' {
			out = append(out, '}', b^0x20)
			continue
		}
		out = append(out, b)
	}
	out = append(out, fmt.Sprintf("#%02x", sumOf(out[1:]))...)
	_, err := c.w.Write(out)
	return err
}

func sumOf(b []byte) (sum byte) {
	for _, c := range b {
		sum += c
	}
	return sum
}
