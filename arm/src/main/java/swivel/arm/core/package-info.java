/**
 * Cores as data: which registers of the coprocessors 14 and 15 a core has, what they hold after reset, which bits a
 * write changes, and what an access does beyond that.
 *
 * <p>Uses the names of the registers in {@link swivel.arm} and nothing else. Begin with {@link
 * swivel.arm.core.CoreModel}, the list of cores. What cores of an architecture share is one table ({@code
 * Armv7Registers}); a core's own class adds what is its own.
 */
package swivel.arm.core;
