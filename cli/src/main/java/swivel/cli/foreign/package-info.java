/**
 * Command lines of other machine monitors, QEMU and kvmtool, said in Swivel's options: the answer to whoever types what
 * they know.
 *
 * <p>Uses picocli's description of {@code swivel run}, and nothing else: what Swivel has no option for is told from it.
 * Begin with {@link swivel.cli.foreign.ForeignCommand}. Nothing here is loaded in a run that was understood.
 */
package swivel.cli.foreign;
