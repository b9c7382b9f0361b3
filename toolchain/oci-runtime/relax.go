package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

const sysResource = "CAP_SYS_RESOURCE"

// relaxFile leaves a file that it cannot read or understand to runc, whose message is the better one.
func relaxFile(file specFile) error {
	before, err := os.ReadFile(file.path)
	if err != nil {
		return nil
	}
	after, err := relax(before, file.isProcess)
	if err != nil || after == nil {
		return nil
	}
	// In place, so that owner and mode stay what the daemon chose.
	if err := os.WriteFile(file.path, after, 0o600); err != nil {
		return fmt.Errorf("rewrite %s: %w", file.path, err)
	}
	return nil
}

// relax returns nil when there is nothing to change.
func relax(document []byte, isProcess bool) ([]byte, error) {
	// Limits are 64-bit integers, which float64 would round.
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var spec map[string]any
	if err := decoder.Decode(&spec); err != nil {
		return nil, err
	}
	process := spec
	if !isProcess {
		process, _ = spec["process"].(map[string]any)
	}
	if !relaxProcess(process) {
		return nil, nil
	}
	return json.Marshal(spec)
}

func relaxProcess(process map[string]any) (changed bool) {
	if sets, ok := process["capabilities"].(map[string]any); ok {
		for name, set := range sets {
			if kept, dropped := withoutSysResource(set); dropped {
				sets[name], changed = kept, true
			}
		}
	}
	if score, ok := process["oomScoreAdj"].(json.Number); ok {
		if value, err := score.Int64(); err == nil && value < 0 {
			process["oomScoreAdj"], changed = 0, true
		}
	}
	if _, ok := process["rlimits"]; ok {
		delete(process, "rlimits")
		changed = true
	}
	return changed
}

func withoutSysResource(set any) (kept []any, dropped bool) {
	all, _ := set.([]any)
	kept = []any{}
	for _, capability := range all {
		if capability == sysResource {
			dropped = true
		} else {
			kept = append(kept, capability)
		}
	}
	return kept, dropped
}
