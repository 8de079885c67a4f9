/** The kernel's binary in base64; the build makes it of `../kernel/line-kernel.ts`. */
export const LINE_KERNEL: string
