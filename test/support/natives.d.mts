export function packageTargets(): string[];
export function ensureNatives(target: string): Promise<string>;
