package build

import (
	"uk.example/internal/bounded"
	"uk.example/internal/image"
)

// account is the one that the image's user has.
func (p *Plan) account() image.Account {
	var text []byte
	if e := p.Manifest.Lookup(image.PasswdFile); e != nil {
		if text = e.Data; e.Host != "" {
			text, _ = bounded.ReadRegular(e.Host, image.MaxPasswd)
		}
	}
	return image.FindAccount(text, p.Manifest.App.User)
}
