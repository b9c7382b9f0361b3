package main

import (
	"path/filepath"
	"strings"
)

// specFile is a file that runc will read: a bundle's config.json holds the process under a key, the
// file of `exec --process` is the process itself.
type specFile struct {
	path      string
	isProcess bool
}

// Flags whose value may be the next argument, as of runc 1.1 to 1.3; all others are switches.
var (
	globalValueFlags = flagSet("criu log log-format root rootless")
	bundleValueFlags = flagSet("b bundle console-socket empty-ns image-path lsm-mount-context lsm-profile " +
		"manage-cgroups-mode page-server parent-path pid-file pidfd-socket preserve-fds status-fd work-path")
	execValueFlags = flagSet("additional-gids g apparmor c cap cgroup console-socket cwd e env p pid-file " +
		"pidfd-socket preserve-fds process process-label u user")
)

// findSpecFile answers with an empty path for commands that start no process.
func findSpecFile(args []string) specFile {
	_, rest := scanFlags(args, globalValueFlags)
	if len(rest) == 0 {
		return specFile{}
	}
	switch command, args := rest[0], rest[1:]; command {
	case "create", "run", "restore":
		return specFile{path: filepath.Join(bundleOf(args), "config.json")}
	case "exec":
		// What follows the container's name belongs to the command in it, `-p` included.
		flags, _ := scanFlags(args, execValueFlags)
		return specFile{path: lastOf(flags, "process", "p"), isProcess: true}
	}
	return specFile{}
}

// bundleOf also finds the flag behind the container's name, where runc accepts it too.
func bundleOf(args []string) string {
	bundle := "."
	for len(args) > 0 {
		flags, rest := scanFlags(args, bundleValueFlags)
		if found := lastOf(flags, "bundle", "b"); found != "" {
			bundle = found
		}
		if len(rest) == 0 {
			break
		}
		args = rest[1:]
	}
	return bundle
}

type flag struct{ name, value string }

// scanFlags reads flags up to the first argument that is none, and returns the arguments from there.
func scanFlags(args []string, takesValue map[string]bool) (flags []flag, rest []string) {
	for len(args) > 0 {
		arg := args[0]
		if arg == "--" {
			return flags, args[1:]
		}
		if len(arg) < 2 || arg[0] != '-' {
			return flags, args
		}
		args = args[1:]
		name, value, joined := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
		if !joined && takesValue[name] && len(args) > 0 {
			value, args = args[0], args[1:]
		}
		flags = append(flags, flag{name, value})
	}
	return flags, nil
}

func lastOf(flags []flag, names ...string) string {
	last := ""
	for _, flag := range flags {
		for _, name := range names {
			if flag.name == name {
				last = flag.value
			}
		}
	}
	return last
}

func flagSet(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(names) {
		set[name] = true
	}
	return set
}
