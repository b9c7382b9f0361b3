/** CPU and memory that something asks for, has or lacks. */
export interface Room {
  /** Thousandths of a CPU. */
  readonly cpuMilli: number;
  /** MiB. */
  readonly memoryMb: number;
}

export const noRoom: Room = { cpuMilli: 0, memoryMb: 0 };

export function addRooms(...rooms: readonly Room[]): Room {
  return rooms.reduce(
    (sum, { cpuMilli, memoryMb }) => ({ cpuMilli: sum.cpuMilli + cpuMilli, memoryMb: sum.memoryMb + memoryMb }),
    noRoom,
  );
}

export function subtractRoom(from: Room, room: Room): Room {
  return { cpuMilli: from.cpuMilli - room.cpuMilli, memoryMb: from.memoryMb - room.memoryMb };
}

/** The larger of the two in each, as for what is needed at one time or at another. */
export function largestRoom(one: Room, other: Room): Room {
  return { cpuMilli: Math.max(one.cpuMilli, other.cpuMilli), memoryMb: Math.max(one.memoryMb, other.memoryMb) };
}

/** The smaller of the two in each, as where two limits hold at once. */
export function smallestRoom(one: Room, other: Room): Room {
  return { cpuMilli: Math.min(one.cpuMilli, other.cpuMilli), memoryMb: Math.min(one.memoryMb, other.memoryMb) };
}

export function hasRoomFor(room: Room, asked: Room): boolean {
  return asked.cpuMilli <= room.cpuMilli && asked.memoryMb <= room.memoryMb;
}

/** `1.5 CPUs and 6.0 GB`; memory below 2 GB in MB, because there the megabytes decide. */
export function showRoom({ cpuMilli, memoryMb }: Room): string {
  return `${showCpus(cpuMilli)} and ${showMemory(memoryMb)}`;
}

export function showCpus(cpuMilli: number): string {
  const cpus = cpuMilli / 1000;
  return `${Number.isInteger(cpus) ? String(cpus) : cpus.toFixed(2)} CPU${cpus === 1 ? '' : 's'}`;
}

export function showMemory(memoryMb: number): string {
  return Math.abs(memoryMb) < 2048 ? `${String(memoryMb)} MB` : `${(memoryMb / 1024).toFixed(1)} GB`;
}
