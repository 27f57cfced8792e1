/**
 * What ARM says: the instruction tables of A32 and T32, what instructions operate on, status registers, modes,
 * exceptions, coprocessor registers and formats of descriptors. Each fact is a row or a named constant with its section
 * of the manual (ARM DDI 0406C).
 *
 * <p>Uses nothing else of Swivel. Begin with {@link swivel.arm.A32}, the table that decoder, disassembler, rewriter and
 * lifter share, {@link swivel.arm.Instruction}, what a row knows, and {@link swivel.arm.Arguments}, what a word of it
 * operates on.
 */
package swivel.arm;
