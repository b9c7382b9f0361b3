/** What a listener in a proxy's place sees, and how it answers. */

/** What matters of the bytes: how a proxy is asked, for what, and with which login. */
export function describeBytes(data: Buffer, step: number): string {
  if (step > 0 && data[0] === 1) return ` login ${data.subarray(1).toString('latin1')}`;
  if (step > 0) return ` for ${data.subarray(3, -2).toString('latin1')}:${String(data.readUInt16BE(data.length - 2))}`;
  if (data[0] === 0x16) return 'tls';
  if (data[0] === 4) return describeSocks4(data);
  if (data[0] === 5) return 'socks5';
  const [first = '', ...rest] = data.toString('latin1').split('\r\n');
  const auth = rest.find((line) => /^proxy-authorization:/i.test(line))?.replace(/^[^ ]* /, '') ?? '';
  return `${first.replace(/ HTTP.*/, '')} ${auth}`;
}

/** 4a sends the address 0.0.0.1, and the name behind the user; an address as a name is the same wish. */
function describeSocks4(data: Buffer): string {
  const [user = '', name = ''] = data.subarray(8).toString('latin1').split('\0');
  const isNamed = data.readUInt32BE(4) < 256;
  return `socks4 for ${isNamed ? name : data.subarray(4, 8).join('.')}:${String(data.readUInt16BE(2))} as ${user}`;
}

/** As a proxy that takes every login, and then breaks the connection. */
export function answerTo(data: Buffer, step: number): Buffer | string | undefined {
  if (data[0] === 5 && step === 1) return Buffer.from([5, data.subarray(2).includes(2) ? 2 : 0]);
  if (data[0] === 1 && step === 2) return Buffer.from([1, 0]);
  if (/^[A-Z]/.test(data.toString('latin1')))
    return 'HTTP/1.1 403 no\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
  return undefined;
}
