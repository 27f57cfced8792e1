/**
 * The interpreter: exact, simple, and the oracle of every engine that translates. It also does what translated code
 * leaves to it, an instruction at a time.
 *
 * <p>Uses {@code swivel.cpu.ir} and {@code swivel.cpu.pages}. Begin with {@link swivel.cpu.interp.Interpreter}.
 */
package swivel.cpu.interp;
