/** A large count in a few digits: "928", "54 K", "16.8 M", "4.3 G". */
export function formatAmount(value: number): string {
  if (value < 1000) return String(Math.round(value));
  if (value < 999_500) return `${Math.round(value / 1e3)} K`;
  if (value < 999_950_000) return `${(value / 1e6).toFixed(1)} M`;
  if (value < 999_950_000_000) return `${(value / 1e9).toFixed(1)} G`;
  return `${(value / 1e12).toFixed(1)} T`;
}
