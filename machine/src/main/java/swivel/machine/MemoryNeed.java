package swivel.machine;

import swivel.cpu.engine.Engine;
import swivel.cpu.engine.TranslationFile;
import swivel.devices.net.UserNetwork;
import swivel.devices.vsock.HostVsock;
import swivel.memory.GuestMemory;

/** What a machine may come to need of the host's memory, whatever its guest does: the formula of docs/memory.md. */
public final class MemoryNeed {
    private MemoryNeed() {}

    private static final long MIB = 1 << 20;

    /**
     * Java's heap while a guest runs: what lifted code may take, what everything else takes, and what a collector needs
     * beside it.
     */
    static final long HEAP = 256 * MIB;

    /** Of RAM above this, the heap has {@link #PAGE_STATE} beside that. */
    private static final long INCLUDED = 2048 * MIB;

    /** What the heap has of a page of RAM. */
    private static final long PAGE_STATE = 20;

    /** The JVM's classes, compiled code, stacks and its own structures. */
    private static final long JVM = 128 * MIB;

    /**
     * Bytes.
     *
     * @param codeBytes the most that machine code may take; 0 where none is emitted
     * @param equipment what the machine has
     */
    public static long of(long ramBytes, long codeBytes, Equipment equipment) {
        long kept = codeBytes == 0 ? 0 : TranslationFile.MAX_NEW_BYTES;
        long ofPages = Math.max(0, ramBytes - INCLUDED) / GuestMemory.PAGE_SIZE * PAGE_STATE;
        long connections = (equipment.network == null ? 0 : UserNetwork.MAX_BYTES)
                + (equipment.vsock == null ? 0 : HostVsock.MAX_BYTES);
        return ramBytes
                + codeBytes
                + kept
                + connections
                + (equipment.payload == null ? 0 : equipment.payload.bytes())
                + equipment.cores * Engine.MAX_TABLE_BYTES
                + HEAP
                + ofPages
                + JVM;
    }
}
