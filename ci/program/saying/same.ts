/** Whether two texts say the same: forges change line ends and take blanks off the end. */
export function same(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trim();
  return plain(a) === plain(b);
}
