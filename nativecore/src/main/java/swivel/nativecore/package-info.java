/**
 * A real ARM core behind the contract of a processor: the guest's instructions execute natively in the 32-bit user mode
 * of an arm64 host, in a child process for each address space (docs/native.md).
 *
 * <p>Uses the contract, the page maps and the interpreter of module {@code cpu}. Begin with
 * {@link swivel.nativecore.NativeProcessor}.
 */
package swivel.nativecore;
