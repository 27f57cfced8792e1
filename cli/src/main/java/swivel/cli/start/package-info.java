/**
 * Start-up: all that makes Swivel start fast, when it is built and when it runs (docs/start.md).
 *
 * <p>Uses what the program is made of, machines included, but nothing of {@code swivel.cli}: that one tells it how a
 * command line is executed, and speaks for it to the person. After a build {@link swivel.cli.start.Preparation} makes
 * what the launcher starts the JVM with; begin there. In a run the first is {@link swivel.cli.start.WarmUp};
 * {@link swivel.cli.start.KernelCache} spares preparing a kernel that was prepared before.
 */
package swivel.cli.start;
