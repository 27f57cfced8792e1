/**
 * The contract: a processor runs user-mode ARM code in an address space until something traps. Nothing here says how; a
 * real ARM core in user mode could implement it.
 *
 * <p>Uses no other package of the module. Begin with {@link swivel.cpu.Processor}.
 */
package swivel.cpu;
