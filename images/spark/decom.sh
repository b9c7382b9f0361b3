#!/bin/bash
# Spark's preStop hook for an executor that goes: SIGPWR makes it hand its blocks over, and the pod waits until it has.
for process in /proc/[0-9]*; do
  if tr '\0' '\n' <"$process/cmdline" 2>/dev/null | grep -qx 'org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend'; then
    kill -s PWR "${process#/proc/}"
    tail --pid="${process#/proc/}" -f /dev/null
  fi
done
