/**
 * Makes processors: the one place that knows which engines there are.
 *
 * <p>Uses all packages of the module. Begin with {@link swivel.cpu.engine.Engine}.
 */
package swivel.cpu.engine;
