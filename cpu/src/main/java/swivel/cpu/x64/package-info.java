/**
 * The back end for x86-64: registers, flags, instruction selection, encoding.
 *
 * <p>Uses {@code swivel.cpu.jit} and what that uses, but for the interpreter. Begin with
 * {@link swivel.cpu.x64.X64Backend}, then {@link swivel.cpu.x64.Emitter}.
 */
package swivel.cpu.x64;
