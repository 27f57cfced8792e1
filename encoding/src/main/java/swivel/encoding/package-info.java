/**
 * The trap encoding (docs/encoding.md): each sensitive instruction as one that always traps in user mode and carries
 * the original in its bits. The rewriter encodes, the hypervisor decodes.
 *
 * <p>It uses the instruction tables of {@link swivel.arm} and nothing else. Begin with
 * {@link swivel.encoding.TrapEncoding}, the two functions; the rows behind them are in {@code A32TrapForm} and
 * {@code T32TrapForm}.
 */
package swivel.encoding;
