/** Boards: memory maps, wiring, device trees, image loading, boot protocol, PSCI. */
package swivel.machine;
