const limitBytes = 1024 * 1024;

/** Keeps the end of an output in bounded memory, whatever a child prints. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= 2 * limitBytes) return;
    const kept = Buffer.concat(this.#chunks).subarray(-limitBytes);
    this.#chunks = [kept];
    this.#bytes = kept.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks)
      .subarray(-limitBytes)
      .toString('utf8')
      .replace(/\r?\n$/, '');
  }
}
