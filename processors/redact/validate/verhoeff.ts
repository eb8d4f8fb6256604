// Verhoeff (1969): finds every single wrong digit and every swap of neighbours. Aadhaar uses it.

/** Multiplication in the dihedral group of order ten: 0 to 4 turn, 5 to 9 turn and flip. */
function times(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b - 5) % 5)
  return b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - b + 5) % 5
}

/** How a digit is exchanged at each place from the right: the powers of one permutation, which repeat after eight. */
const permutations = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258']

export function isVerhoeff(digits: string): boolean {
  let check = 0
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    check = times(check, permutations[i % 8]!.charCodeAt(digit) - 48)
  }
  return digits.length > 1 && check === 0
}
