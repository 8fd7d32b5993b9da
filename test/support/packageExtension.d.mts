export function packageFor(target: string, file?: string): Promise<void>;
