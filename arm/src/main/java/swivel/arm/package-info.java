/**
 * What ARM says: the instruction tables of A32 and T32, status registers, modes, exceptions, coprocessor registers and formats of
 * descriptors. Each fact is a row or a named constant with its section of the manual (ARM DDI 0406C).
 *
 * <p>Uses nothing else of Swivel. Begin with {@link swivel.arm.A32}, the table that decoder, disassembler, rewriter and lifter share, and
 * with {@link swivel.arm.Instruction}, what a row knows.
 */
package swivel.arm;
