#!/usr/bin/env zx
// npx zx test/record-fixture.mjs test/fixtures/minikube/NAME.json 'minikube v1.38.0' -- minikube profile list -o json
import { $, fs, os } from 'zx';

const [file, tool, , ...argv] = process.argv.slice(process.argv.findIndex((word) => word.endsWith('.json')));
const { exitCode, stdout, stderr } = await $({ nothrow: true, stdio: ['ignore', 'pipe', 'pipe'] })`${argv}`;
const recording = JSON.stringify({ tool, argv, exitCode, stdout, stderr }, undefined, 2);
fs.outputFileSync(file, `${recording.replaceAll(os.homedir(), '/home/ada')}\n`);
