// Oci-runtime stands in front of runc on hosts without CAP_SYS_RESOURCE.
//
// Docker asks for every capability it knows when a container is privileged, and for a negative OOM
// score and rlimits that only CAP_SYS_RESOURCE may set; runc then dies with "unable to apply caps:
// operation not permitted". So the wishes that the kernel would refuse are taken out of the files
// that runc is about to read, and runc takes over this process with its arguments unchanged.
package main

import (
	"fmt"
	"os"
	"syscall"
)

// runcPath is stamped at build time where the place of the real runc is known: -X main.runcPath=…
var runcPath string

// The first is where the node image keeps runc when this program stands under its name.
var runcPlaces = []string{"/usr/libexec/spark-dev/runc", "/usr/bin/runc", "/usr/sbin/runc"}

func main() {
	if err := handOver(os.Args); err != nil {
		fmt.Fprintf(os.Stderr, "spark-dev oci-runtime: %v\n", err)
		os.Exit(1)
	}
}

func handOver(args []string) error {
	runc, err := findRunc(runcPath, runcPlaces, "/proc/self/exe")
	if err != nil {
		return err
	}
	if lacksSysResource("/proc/self/status") {
		if file := findSpecFile(args[1:]); file.path != "" {
			if err := relaxFile(file); err != nil {
				return err
			}
		}
	}
	if err := syscall.Exec(runc, append([]string{runc}, args[1:]...), os.Environ()); err != nil {
		return fmt.Errorf("start %s: %w", runc, err)
	}
	return nil
}

// findRunc leaves out this program itself, which may have been put under runc's own name.
func findRunc(stamped string, places []string, self string) (string, error) {
	if stamped != "" {
		places = []string{stamped}
	}
	own, ownErr := os.Stat(self)
	for _, place := range places {
		found, err := os.Stat(place)
		if err != nil || found.IsDir() || found.Mode()&0o111 == 0 {
			continue
		}
		if ownErr == nil && os.SameFile(own, found) {
			continue
		}
		return place, nil
	}
	return "", fmt.Errorf("no runc in any of %v; install the package runc", places)
}
