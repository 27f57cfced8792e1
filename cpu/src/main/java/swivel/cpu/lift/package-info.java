/**
 * From A32 instructions to micro-operations: the one place that says what each instruction does in user mode.
 *
 * <p>Uses {@code swivel.cpu.ir}. Begin with {@link swivel.cpu.lift.A32Lifter}.
 */
package swivel.cpu.lift;
