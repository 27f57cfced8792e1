package swivel.vmm;

import static swivel.arm.Cp15Fields.SCTLR_A;

import swivel.arm.FaultStatus;
import swivel.cpu.AddressSpace.Access;
import swivel.cpu.DevicePort;
import swivel.memory.GuestMemory;

/**
 * Guest memory by guest virtual address, for instructions that the hypervisor executes itself: through the guest's
 * tables, with the permissions of either privilege, to RAM or to the registers of a device. Every method throws
 * {@link GuestAbort} for the access that the guest may not make.
 */
final class VirtualMemory {
    private final SystemRegisters system;
    private final Registers registers;
    private final TableWalker walker;
    private final GuestMemory memory;
    private final DevicePort devices;

    VirtualMemory(
            SystemRegisters system, Registers registers, TableWalker walker, GuestMemory memory, DevicePort devices) {
        this.system = system;
        this.registers = registers;
        this.walker = walker;
        this.memory = memory;
        this.devices = devices;
    }

    /** Reads 1, 2 or 4 bytes in the guest's byte order, zero-extended. */
    int load(int va, int size, boolean privileged) {
        if ((va & size - 1) != 0) {
            return loadUnaligned(va, size, privileged);
        }
        return ordered(read(translate(va, Access.READ, privileged), va, size), size);
    }

    /** Writes 1, 2 or 4 bytes in the guest's byte order. */
    void store(int va, int size, int value, boolean privileged) {
        if ((va & size - 1) != 0) {
            storeUnaligned(va, size, value, privileged);
            return;
        }
        write(translate(va, Access.WRITE, privileged), va, size, ordered(value, size));
    }

    /** The A32 instruction at an address, for whoever traps there; always little-endian (ARM DDI 0406C, A3.3.1). */
    int fetch(int pc, boolean privileged) {
        long address = translate(pc, Access.EXECUTE, privileged).address();
        long at = memory.readable(address);
        if (at == GuestMemory.NOWHERE) {
            throw new GuestAbort(FaultStatus.EXTERNAL, 0, pc, Access.EXECUTE);
        }
        return memory.read32(at);
    }

    /** Multiple and exclusive accesses, RFE and SRS must be aligned whatever SCTLR.A says (A3.2.1). */
    void requireAligned(int va, int size, Access access) {
        if ((va & size - 1) != 0) {
            throw new GuestAbort(FaultStatus.ALIGNMENT, 0, va, access);
        }
    }

    private int loadUnaligned(int va, int size, boolean privileged) {
        requireUnalignedAllowed(va, Access.READ);
        int value = 0;
        for (int i = 0; i < size; i++) {
            int byteVa = va + i;
            value |= read(translate(byteVa, Access.READ, privileged), byteVa, 1) << 8 * i;
        }
        return ordered(value, size);
    }

    private void storeUnaligned(int va, int size, int value, boolean privileged) {
        requireUnalignedAllowed(va, Access.WRITE);
        // Nothing is written if one of the two pages aborts.
        translate(va, Access.WRITE, privileged);
        translate(va + size - 1, Access.WRITE, privileged);
        int bytes = ordered(value, size);
        for (int i = 0; i < size; i++) {
            int byteVa = va + i;
            write(translate(byteVa, Access.WRITE, privileged), byteVa, 1, bytes >>> 8 * i & 0xff);
        }
    }

    private void requireUnalignedAllowed(int va, Access access) {
        if (system.control(SCTLR_A)) {
            throw new GuestAbort(FaultStatus.ALIGNMENT, 0, va, access);
        }
    }

    private Translation translate(int va, Access access, boolean privileged) {
        Translation translation = walker.walk(va, privileged);
        FaultStatus fault = translation.faultOf(access);
        if (fault != null) {
            throw new GuestAbort(fault, translation.domain(), va, access);
        }
        return translation;
    }

    private int read(Translation translation, int va, int size) {
        long address = translation.address();
        if (memory.contains(address, size)) {
            return switch (size) {
                case 1 -> memory.read8(address);
                case 2 -> memory.read16(address);
                default -> memory.read32(address);
            };
        }
        requireDevice(address, size, va, Access.READ);
        return devices.load((int) address, size);
    }

    private void write(Translation translation, int va, int size, int value) {
        long address = translation.address();
        if (memory.contains(address, size)) {
            switch (size) {
                case 1 -> memory.write8(address, value);
                case 2 -> memory.write16(address, value);
                default -> memory.write32(address, value);
            }
            return;
        }
        requireDevice(address, size, va, Access.WRITE);
        devices.store((int) address, size, value);
    }

    /** Where no device answers at a physical address, an access aborts externally. */
    private void requireDevice(long address, int size, int va, Access access) {
        if (address >>> 32 != 0 || !devices.answers((int) address, size)) {
            throw new GuestAbort(FaultStatus.EXTERNAL, 0, va, access);
        }
    }

    /** Reverses the bytes of data when CPSR.E says so. */
    private int ordered(int value, int size) {
        if (!registers.state.bigEndian()) {
            return value;
        }
        return switch (size) {
            case 1 -> value;
            case 2 -> Short.toUnsignedInt(Short.reverseBytes((short) value));
            default -> Integer.reverseBytes(value);
        };
    }
}
