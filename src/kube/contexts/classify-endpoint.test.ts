import { expect, it } from 'vitest';
import { classifyEndpoint, needsDocker, type MachineAddresses } from './classify-endpoint.js';

const machine: MachineAddresses = {
  interfaces: [
    { name: 'lo', cidr: '127.0.0.1/8' },
    { name: 'eth0', cidr: '192.168.1.7/24' },
    { name: 'docker0', cidr: '172.17.0.1/16' },
    { name: 'br-1f2e3d4c5b6a', cidr: '192.168.49.1/24' },
    { name: 'eth0', cidr: '2001:db8::7/64' },
  ],
  dockerSubnets: ['192.168.58.0/24', 'fd00:1::/64'],
  hostsFile:
    '127.0.0.1 localhost\n127.0.0.1 kubernetes.docker.internal # by Docker Desktop\n10.9.8.7 prod db\n# 127.0.0.1 staging\n',
};

it.each([
  ['https://127.0.0.1:32771', 'local', 'possibly a tunnel'],
  ['https://127.8.9.1:6443', 'local', 'possibly a tunnel'],
  ['https://[::1]:6443', 'local', 'possibly a tunnel'],
  ['https://0.0.0.0:6550', 'local', 'possibly a tunnel'],
  ['https://[::ffff:127.0.0.1]:6443', 'local', 'possibly a tunnel'],
  ['https://localhost:6443', 'local', 'possibly a tunnel'],
  ['https://LOCALHOST:6443', 'local', 'possibly a tunnel'],
  ['https://kubernetes.docker.internal:6443', 'local', 'possibly a tunnel'],
  ['https://192.168.1.7:6443', 'local', 'an address of this machine'],
  ['https://[2001:db8::7]:6443', 'local', 'an address of this machine'],
  ['https://192.168.49.2:8443', 'local', 'br-1f2e3d4c5b6a'],
  ['https://172.17.0.5:8443', 'local', 'docker0'],
  ['https://192.168.58.2:8443', 'local', "this machine's Docker"],
  ['https://[fd00:1::2]:8443', 'local', "this machine's Docker"],
  ['https://192.168.1.50:6443', 'remote', 'another machine in the network of eth0'],
  ['https://192.168.67.2:8443', 'remote', 'not of a network inside this machine'],
  ['https://10.0.0.1', 'remote', 'not of a network inside this machine'],
  ['https://169.254.1.2:6443', 'remote', 'same link'],
  ['https://[fe80::1]:6443', 'remote', 'same link'],
  ['https://34.90.1.2', 'remote', 'not an address of this machine'],
  ['https://prod:6443', 'remote', 'not of a network inside this machine'],
  ['https://staging:6443', 'remote', 'staging is not a name of this machine'],
  ['https://docker-desktop.example.com:6443', 'remote', 'not a name of this machine'],
  ['https://127.0.0.1.example.com', 'remote', 'not a name of this machine'],
  ['https://127.0.0.1@evil.example.com', 'remote', 'evil.example.com is not a name of this machine'],
  ['https://localhost.example.com', 'remote', 'not a name of this machine'],
  ['', 'unknown', 'no address'],
  ['not a url', 'unknown', 'no address'],
])('%j is %s', (server, place, why) => {
  const judged = classifyEndpoint(server, machine);
  expect(judged.place).toBe(place);
  expect(judged.why).toContain(why);
});

it.each([
  ['https://192.168.58.2:8443', true],
  ['https://192.168.49.2:8443', false],
  ['https://127.0.0.1:1', false],
  ['https://34.90.1.2', false],
  ['https://example.com', false],
])('only a private address that nothing else explains is asked of Docker: %s', (server, asks) => {
  expect(needsDocker(server, machine)).toBe(asks);
});
