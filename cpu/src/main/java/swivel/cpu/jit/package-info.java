/**
 * What every engine that translates blocks to machine code shares: liveness and optimization, translations and the
 * links between them, how they are entered and left, what they keep in memory, and their comparison with the
 * interpreter. What depends on the host's instruction set is behind {@link swivel.cpu.jit.Backend}.
 *
 * <p>Uses {@code swivel.cpu.ir}, {@code swivel.cpu.pages} and {@code swivel.cpu.interp}. Begin with
 * {@link swivel.cpu.jit.JitProcessor}.
 */
package swivel.cpu.jit;
