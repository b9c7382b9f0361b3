package main

import (
	"os"
	"strconv"
	"strings"
)

// Bit of CAP_SYS_RESOURCE in the masks of /proc/PID/status (capabilities(7)).
const sysResourceBit = 24

// lacksSysResource is false where the mask cannot be read: then nothing is edited and runc decides.
func lacksSysResource(statusFile string) bool {
	status, err := os.ReadFile(statusFile)
	if err != nil {
		return false
	}
	for _, line := range strings.Split(string(status), "\n") {
		mask, found := strings.CutPrefix(line, "CapBnd:")
		if !found {
			continue
		}
		bits, err := strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
		return err == nil && bits&(1<<sysResourceBit) == 0
	}
	return false
}
