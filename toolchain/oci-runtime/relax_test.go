package main

import (
	"os"
	"path/filepath"
	"testing"
)

const privileged = `{"ociVersion":"1.0.2","process":{"args":["/bin/sh","-c","a && b <c>"],` +
	`"capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE","CAP_KILL"],"effective":["CAP_SYS_RESOURCE"],"ambient":[]},` +
	`"oomScoreAdj":-998,"rlimits":[{"type":"RLIMIT_NOFILE","hard":1048576,"soft":1048576}]},` +
	`"linux":{"resources":{"memory":{"limit":9223372036854771712},"cpu":{"shares":18446744073709551615}}}}`

func TestRelaxBundle(t *testing.T) {
	got, err := relax([]byte(privileged), false)
	if err != nil {
		t.Fatal(err)
	}
	// 64-bit limits are the same digits as before; < and & are the same text to every JSON reader
	want := `{"linux":{"resources":{"cpu":{"shares":18446744073709551615},"memory":{"limit":9223372036854771712}}},"ociVersion":"1.0.2",` +
		`"process":{"args":["/bin/sh","-c","a \u0026\u0026 b \u003cc\u003e"],"capabilities":{"ambient":[],"bounding":["CAP_CHOWN","CAP_KILL"],"effective":[]},"oomScoreAdj":0}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRelaxProcessFile(t *testing.T) {
	got, err := relax([]byte(`{"args":["ls"],"capabilities":{"permitted":["CAP_SYS_RESOURCE"]},"oomScoreAdj":100}`), true)
	if want := `{"args":["ls"],"capabilities":{"permitted":[]},"oomScoreAdj":100}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestRelaxLeavesTheRestAlone(t *testing.T) {
	for _, document := range []string{
		`{}`,
		`{"process":null}`,
		`{"process":{"args":["x"],"capabilities":{"bounding":["CAP_KILL"],"ambient":null},"oomScoreAdj":0}}`,
		`{"process":{"capabilities":null}}`,
	} {
		if got, err := relax([]byte(document), false); got != nil || err != nil {
			t.Errorf("%s became %s, %v", document, got, err)
		}
	}
}

func TestRelaxFileKeepsModeAndForeignContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, []byte("not JSON"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := relaxFile(specFile{path: path}); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(path); string(content) != "not JSON" {
		t.Errorf("rewrote what it did not understand: %s", content)
	}
	if err := os.WriteFile(path, []byte(privileged), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := relaxFile(specFile{path: path}); err != nil {
		t.Fatal(err)
	}
	if found, _ := os.Stat(path); found.Mode().Perm() != 0o640 {
		t.Errorf("mode became %v", found.Mode())
	}
	if content, _ := os.ReadFile(path); string(content) == privileged {
		t.Error("nothing was changed")
	}
	if err := relaxFile(specFile{path: filepath.Join(t.TempDir(), "missing")}); err != nil {
		t.Errorf("a missing file is for runc to report: %v", err)
	}
}
