/**
 * Micro-operations: what guest instructions are lifted to, and what every engine executes or translates.
 *
 * <p>Uses {@link swivel.cpu}. Begin with {@link swivel.cpu.ir.MicroOp}, which defines them, then
 * {@link swivel.cpu.ir.Block}.
 */
package swivel.cpu.ir;
