package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFindRunc(t *testing.T) {
	directory := t.TempDir()
	write := func(name string, mode os.FileMode) string {
		path := filepath.Join(directory, name)
		if err := os.WriteFile(path, nil, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	self, plain, runc := write("self", 0o755), write("plain", 0o644), write("runc", 0o755)
	link := filepath.Join(directory, "link")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	if got, err := findRunc("", []string{"/missing", directory, plain, self, link, runc}, self); got != runc || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := findRunc(runc, []string{plain}, self); got != runc || err != nil {
		t.Errorf("stamped: got %q, %v", got, err)
	}
	if got, err := findRunc("", []string{self, link}, self); err == nil {
		t.Errorf("found itself: %q", got)
	}
}

func TestLacksSysResource(t *testing.T) {
	cases := map[string]bool{
		"CapBnd:\t000001fffeffffff\n":                       true,
		"Name:\tx\nCapBnd:\t000001ffffffffff\nCapAmb:\t0\n": false,
		"CapBnd:\tnonsense\n":                               false,
		"":                                                  false,
	}
	for status, want := range cases {
		path := filepath.Join(t.TempDir(), "status")
		if err := os.WriteFile(path, []byte(status), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := lacksSysResource(path); got != want {
			t.Errorf("%q: got %v", status, got)
		}
	}
	if lacksSysResource("/missing") {
		t.Error("guessed without a file")
	}
}
