package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// fenced is a block of a page, with the name of a file if the text before it ends with one.
var fenced = regexp.MustCompile("(?ms)(?:`([^`\n]+)`:\n\n)?^```(\\w*)\n(.*?)^```$")

// TestTutorial writes the files and runs the commands of the tutorial, in their order, and compares what they print.
func TestTutorial(t *testing.T) {
	needKVM(t)
	kit := testenv.MustHaveKit(t, uk.FindKit)
	testenv.MustHave(t, "redis-server")
	testenv.MustHave(t, "redis-cli")
	page, err := os.ReadFile("../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	build, err := filepath.Abs("../build")
	if err != nil {
		t.Fatal(err)
	}
	testenv.MustHaveFile(t, filepath.Join(build, "uk"))
	dir := t.TempDir()
	runtime := filepath.Join(dir, ".r")
	work := filepath.Join(dir, "work")
	for _, d := range []string{runtime, work} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	env := append(os.Environ(), "PATH="+build+":"+os.Getenv("PATH"), "UK_KIT="+kit, "XDG_CACHE_HOME="+filepath.Join(dir, "cache"),
		"XDG_RUNTIME_DIR="+runtime, "XDG_DATA_HOME="+filepath.Join(dir, "data"), "NO_COLOR=1")
	sh := func(command string) (string, error) {
		c := exec.Command("timeout", "60", "sh", "-c", command)
		c.Dir, c.Env = work, env
		out, err := c.CombinedOutput()
		return string(out), err
	}
	t.Cleanup(func() { sh("uk rm -f db") })
	commands := 0
	for _, m := range fenced.FindAllStringSubmatch(string(page), -1) {
		file, kind, text := m[1], m[2], m[3]
		if kind != "console" {
			if file == "" {
				t.Fatalf("a block that is neither a file nor commands:\n%s", text)
			}
			if err := os.WriteFile(filepath.Join(work, file), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		for _, one := range strings.Split("\n"+text, "\n$ ")[1:] {
			command, want, _ := strings.Cut(strings.TrimSuffix(one, "\n"), "\n")
			commands++
			got, err := sh(command)
			pattern := strings.ReplaceAll(regexp.QuoteMeta(want), `\.\.\.`, `.*`)
			if err != nil || !regexp.MustCompile(`(?s)^`+pattern+`\n*$`).MatchString(got) {
				t.Fatalf("$ %s\n%s\n%v, want\n%s", command, got, err, want)
			}
		}
	}
	if commands < 20 {
		t.Errorf("only %d commands were found", commands)
	}
}
