/**
 * From instructions to micro-operations: the one place that says what each instruction does in user mode.
 *
 * <p>Uses {@code swivel.cpu.ir}. Begin with {@link swivel.cpu.lift.BlockLifter}, which walks the words of a block, and
 * {@code InstructionLifter}.
 */
package swivel.cpu.lift;
