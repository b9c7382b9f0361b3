package main

import (
	"strings"
	"testing"
)

func TestFindSpecFile(t *testing.T) {
	cases := []struct {
		args string
		want specFile
	}{
		{"create --bundle /b id", specFile{path: "/b/config.json"}},
		{"create --bundle=/b id", specFile{path: "/b/config.json"}},
		{"create -b /b --pid-file /p id", specFile{path: "/b/config.json"}},
		{"create -bundle /b id", specFile{path: "/b/config.json"}},
		{"run id", specFile{path: "config.json"}},
		{"create id --bundle /b", specFile{path: "/b/config.json"}},
		{"create --pid-file -b --bundle /b id", specFile{path: "/b/config.json"}},
		{"restore --image-path /i --work-path /w -b /b id", specFile{path: "/b/config.json"}},
		{"--root /r --log /l --log-format json --systemd-cgroup create --bundle /b id", specFile{path: "/b/config.json"}},
		{"--debug --root=/r --rootless auto create --bundle /b id", specFile{path: "/b/config.json"}},
		{"--root create run --bundle /b id", specFile{path: "/b/config.json"}},
		{"--root /r exec --process /p.json --detach id", specFile{path: "/p.json", isProcess: true}},
		{"exec -d -p /p.json id", specFile{path: "/p.json", isProcess: true}},
		{"exec --process=/p.json id", specFile{path: "/p.json", isProcess: true}},
		{"exec -e A=1 --cwd / -u 0 -p /p.json id", specFile{path: "/p.json", isProcess: true}},
		// -p belongs to the command inside of the container
		{"exec id ps -p /etc/shadow", specFile{isProcess: true}},
		{"exec -t id sh", specFile{isProcess: true}},
		{"state id", specFile{}},
		{"kill --all id 9", specFile{}},
		{"delete --force create", specFile{}},
		{"update --resources /r.json id", specFile{}},
		{"features", specFile{}},
		{"--version", specFile{}},
		{"--root", specFile{}},
		{"create --bundle", specFile{path: "config.json"}},
		{"", specFile{}},
	}
	for _, c := range cases {
		if got := findSpecFile(strings.Fields(c.args)); got != c.want {
			t.Errorf("%q: got %+v, want %+v", c.args, got, c.want)
		}
	}
}
