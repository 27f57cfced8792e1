package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import swivel.memory.InterruptLine;
import swivel.memory.Mmio;

class GicV2Test {
    private static final int TIMER = 27;
    private static final int UART = 33;
    private static final int DISK = 48;

    private final Rig.Wire irq = new Rig.Wire();
    private final Rig.Wire fiq = new Rig.Wire();
    private final GicV2 gic = new GicV2(288, new GicV2.Outputs(irq, fiq));
    private final Mmio distributor = gic.distributor(0);
    private final Mmio cpu = gic.cpuInterface(0);

    @BeforeEach
    void startAsLinuxDoes() {
        for (int i = 32; i < 288; i += 4) {
            distributor.write(GicDistributor.IPRIORITYR + i, 4, 0xa0a0a0a0);
        }
        for (int i = 0; i < 32; i += 4) {
            distributor.write(GicDistributor.IPRIORITYR + i, 4, 0xa0a0a0a0);
        }
        distributor.write(GicDistributor.CTLR, 4, 1);
        cpu.write(GicCpuInterface.PMR, 4, 0xf0);
        cpu.write(GicCpuInterface.CTLR, 4, 1);
    }

    private void enable(int intid) {
        distributor.write(GicDistributor.ISENABLER + intid / 32 * 4, 4, 1 << intid);
    }

    private void prioritize(int intid, int priority) {
        distributor.write(GicDistributor.IPRIORITYR + intid, 1, priority);
    }

    private void edgeTriggered(int intid) {
        int offset = GicDistributor.ICFGR + intid / 16 * 4;
        distributor.write(offset, 4, distributor.read(offset, 4) | 2 << intid % 16 * 2);
    }

    private void pend(int intid) {
        distributor.write(GicDistributor.ISPENDR + intid / 32 * 4, 4, 1 << intid);
    }

    private int acknowledge() {
        return cpu.read(GicCpuInterface.IAR, 4);
    }

    private void end(int intid) {
        cpu.write(GicCpuInterface.EOIR, 4, intid);
    }

    @Test
    void linuxFindsAGicWith288InterruptsAndOneCpu() {
        assertEquals(8, distributor.read(GicDistributor.TYPER, 4));
        assertEquals(0x2b, distributor.read(0xfe8, 4));
        assertEquals(0, distributor.read(GicDistributor.ITARGETSR + 32, 4));
        assertEquals(0xffff, distributor.read(GicDistributor.ISENABLER, 4));
        assertEquals(0xaaaaaaaa, distributor.read(GicDistributor.ICFGR, 4));
    }

    @Test
    void aLevelInterruptIsTakenAgainAsLongAsTheDeviceAsserts() {
        InterruptLine uart = gic.line(UART);
        enable(UART);
        uart.set(true);
        assertTrue(irq.level);
        assertEquals(UART, acknowledge());
        assertFalse(irq.level);
        assertEquals(0xa0, cpu.read(GicCpuInterface.RPR, 4));
        end(UART);
        assertTrue(irq.level);
        assertEquals(UART, acknowledge());
        uart.set(false);
        end(UART);
        assertFalse(irq.level);
        assertEquals(GicV2.SPURIOUS, acknowledge());
        assertEquals(GicV2.IDLE_PRIORITY, cpu.read(GicCpuInterface.RPR, 4));
    }

    @Test
    void anEdgeIsRememberedOnceUntilAcknowledged() {
        InterruptLine disk = gic.line(DISK);
        edgeTriggered(DISK);
        enable(DISK);
        disk.set(true);
        disk.set(false);
        assertEquals(DISK, acknowledge());
        end(DISK);
        assertFalse(irq.level);
        disk.set(true);
        acknowledge();
        disk.set(false);
        disk.set(true); // while it is active
        assertFalse(irq.level);
        end(DISK);
        assertTrue(irq.level);
    }

    @Test
    void aDisabledInterruptStaysPendingAndComesWhenEnabled() {
        InterruptLine timer = gic.line(TIMER);
        timer.set(true);
        assertFalse(irq.level);
        assertEquals(1 << TIMER, distributor.read(GicDistributor.ISPENDR, 4));
        enable(TIMER);
        assertTrue(irq.level);
        distributor.write(GicDistributor.ICENABLER, 4, 1 << TIMER);
        assertFalse(irq.level);
    }

    @Test
    void clearingPendingDoesNotClearALevel() {
        gic.line(UART).set(true);
        distributor.write(GicDistributor.ICPENDR + 4, 4, -1);
        assertEquals(2, distributor.read(GicDistributor.ISPENDR + 4, 4));
        gic.line(UART).set(false);
        assertEquals(0, distributor.read(GicDistributor.ISPENDR + 4, 4));
        pend(UART);
        assertEquals(2, distributor.read(GicDistributor.ICPENDR + 4, 4));
        distributor.write(GicDistributor.ICPENDR + 4, 4, 2);
        assertEquals(0, distributor.read(GicDistributor.ISPENDR + 4, 4));
    }

    @Test
    void theHighestPriorityComesFirstAndThenTheLowestNumber() {
        for (int intid : new int[] {40, 41, 100, 287}) {
            enable(intid);
            pend(intid);
        }
        prioritize(100, 0x10);
        prioritize(287, 0x20);
        assertEquals(100, cpu.read(GicCpuInterface.HPPIR, 4));
        for (int intid : new int[] {100, 287, 40, 41}) {
            assertEquals(intid, acknowledge());
            end(intid);
        }
    }

    @Test
    void onlyAHigherGroupPriorityPreempts() {
        for (int intid : new int[] {40, 41, 42}) {
            enable(intid);
        }
        prioritize(40, 0x88);
        prioritize(41, 0x80);
        prioritize(42, 0x78);
        cpu.write(GicCpuInterface.BPR, 4, 3); // bits 7:4 count
        pend(40);
        assertEquals(40, acknowledge());
        pend(41);
        assertFalse(irq.level);
        assertEquals(GicV2.SPURIOUS, acknowledge());
        pend(42);
        assertTrue(irq.level);
        assertEquals(42, acknowledge());
        assertEquals(0x70, cpu.read(GicCpuInterface.RPR, 4));
        end(42);
        assertEquals(0x80, cpu.read(GicCpuInterface.RPR, 4));
        assertFalse(irq.level);
        end(40);
        assertEquals(41, acknowledge());
    }

    @Test
    void thePriorityMaskHoldsBackWhatIsNotAboveIt() {
        enable(UART);
        prioritize(UART, 0x80);
        pend(UART);
        cpu.write(GicCpuInterface.PMR, 4, 0x80);
        assertFalse(irq.level);
        assertEquals(GicV2.SPURIOUS, acknowledge());
        cpu.write(GicCpuInterface.PMR, 4, 0x81);
        assertTrue(irq.level);
    }

    @Test
    void aSoftwareInterruptToOneselfIsTaken() {
        distributor.write(GicDistributor.SGIR, 4, 2 << 24 | 5);
        assertEquals(5, acknowledge());
        end(5);
        distributor.write(GicDistributor.SGIR, 4, 1 << 16 | 6);
        assertEquals(6, acknowledge());
        end(6);
        distributor.write(GicDistributor.SGIR, 4, 1 << 24 | 7);
        assertFalse(irq.level);
    }

    @Test
    void deactivationCanBeSeparateFromThePriorityDrop() {
        cpu.write(GicCpuInterface.CTLR, 4, 1 | GicCpuInterface.SEPARATE_DEACTIVATE);
        enable(UART);
        pend(UART);
        acknowledge();
        pend(UART);
        end(UART);
        assertEquals(GicV2.IDLE_PRIORITY, cpu.read(GicCpuInterface.RPR, 4));
        assertEquals(2, distributor.read(GicDistributor.ISACTIVER + 4, 4));
        assertFalse(irq.level);
        cpu.write(GicCpuInterface.DIR, 4, UART);
        assertTrue(irq.level);
    }

    @Test
    void group1IsSeenThroughItsOwnRegisters() {
        distributor.write(GicDistributor.CTLR, 4, 3);
        cpu.write(GicCpuInterface.CTLR, 4, 3 | GicCpuInterface.FIQ_ENABLE);
        distributor.write(GicDistributor.IGROUPR + 4, 4, 2);
        enable(UART);
        pend(UART);
        assertTrue(irq.level);
        assertFalse(fiq.level);
        assertEquals(GicV2.GROUP1_PENDING, acknowledge());
        assertEquals(UART, cpu.read(GicCpuInterface.AIAR, 4));
        enable(DISK);
        prioritize(DISK, 0x10);
        pend(DISK);
        assertTrue(fiq.level);
        assertFalse(irq.level);
        assertEquals(GicV2.SPURIOUS, cpu.read(GicCpuInterface.AIAR, 4));
        assertEquals(DISK, acknowledge());
        end(DISK);
        cpu.write(GicCpuInterface.AEOIR, 4, UART);
        assertEquals(GicV2.IDLE_PRIORITY, cpu.read(GicCpuInterface.RPR, 4));
    }

    @Test
    void whatIsNotImplementedReadsAsZero() {
        distributor.write(GicDistributor.ISENABLER + 9 * 4, 4, -1);
        distributor.write(GicDistributor.IPRIORITYR + 288, 4, -1);
        assertEquals(0, distributor.read(GicDistributor.ISENABLER + 9 * 4, 4));
        assertEquals(0, distributor.read(GicDistributor.IPRIORITYR + 288, 4));
        end(300);
        end(1023);
        assertThrows(IllegalArgumentException.class, () -> gic.line(288));
        assertThrows(IllegalArgumentException.class, () -> gic.line(15));
    }

    @Test
    void theLastInterruptOfALargeControllerIs1019() {
        GicV2 large = new GicV2(1020, new GicV2.Outputs(irq, fiq));
        Mmio registers = large.distributor(0);
        registers.write(GicDistributor.ISENABLER + 31 * 4, 4, -1);
        assertEquals(0x0fffffff, registers.read(GicDistributor.ISENABLER + 31 * 4, 4));
        assertEquals(31, registers.read(GicDistributor.TYPER, 4));
        large.line(1019).set(true);
        assertThrows(IllegalArgumentException.class, () -> large.line(1020));
    }

    @Test
    void bytesOfPrioritiesCanBeWrittenAlone() {
        prioritize(UART, 0x30);
        assertEquals(0xa0a030a0, distributor.read(GicDistributor.IPRIORITYR + 32, 4));
        assertEquals(0x30, distributor.read(GicDistributor.IPRIORITYR + UART, 1));
        assertEquals(0xa030, distributor.read(GicDistributor.IPRIORITYR + UART, 2));
    }

    /** Two CPUs that are on, of one controller. */
    private final class Pair {
        private final Rig.Wire[] irqs = {new Rig.Wire(), new Rig.Wire()};
        private final GicV2 gic = new GicV2(64, new GicV2.Outputs(irqs[0], fiq), new GicV2.Outputs(irqs[1], fiq));
        private final Mmio[] distributors = {gic.distributor(0), gic.distributor(1)};
        private final Mmio[] cpus = {gic.cpuInterface(0), gic.cpuInterface(1)};

        Pair() {
            distributors[0].write(GicDistributor.CTLR, 4, 1);
            for (Mmio each : cpus) {
                each.write(GicCpuInterface.PMR, 4, 0xff);
                each.write(GicCpuInterface.CTLR, 4, 1);
            }
            distributors[0].write(GicDistributor.ISENABLER + 4, 4, 1 << DISK);
            distributors[0].write(GicDistributor.ICFGR + DISK / 16 * 4, 4, 2 << DISK % 16 * 2);
        }

        void target(int intid, int targets) {
            distributors[0].write(GicDistributor.ITARGETSR + intid, 1, targets);
        }

        void pend(int cpu, int intid) {
            distributors[cpu].write(GicDistributor.ISPENDR + intid / 32 * 4, 4, 1 << intid);
        }

        int acknowledge(int cpu) {
            return cpus[cpu].read(GicCpuInterface.IAR, 4);
        }

        void end(int cpu, int intid) {
            cpus[cpu].write(GicCpuInterface.EOIR, 4, intid);
        }

        void expectSignalled(boolean first, boolean second) {
            assertEquals(first, irqs[0].level);
            assertEquals(second, irqs[1].level);
        }
    }

    /** 1.4.3: the 1-N model. QEMU 7.2 and 11.1 let each target acknowledge it. */
    @Test
    void anInterruptOfSeveralCpusIsHandledByTheFirstThatAcknowledges() {
        Pair pair = new Pair();
        pair.target(DISK, 3);
        pair.pend(0, DISK);
        pair.expectSignalled(true, true);
        assertEquals(DISK, pair.acknowledge(1));
        pair.expectSignalled(false, false);
        assertEquals(GicV2.SPURIOUS, pair.acknowledge(0));
        pair.pend(0, DISK);
        pair.expectSignalled(false, false); // it is active
        pair.end(1, DISK);
        pair.expectSignalled(true, true);
        assertEquals(DISK, pair.acknowledge(0));
    }

    /** QEMU 7.2 does not move it. */
    @Test
    void aPendingInterruptMovesToAnotherCpu() {
        Pair pair = new Pair();
        pair.pend(0, DISK);
        pair.expectSignalled(false, false);
        pair.target(DISK, 1);
        pair.expectSignalled(true, false);
        pair.target(DISK, 2);
        pair.expectSignalled(false, true);
        assertEquals(DISK, pair.acknowledge(1));
        pair.target(DISK, 1);
        assertEquals(1 << DISK, pair.distributors[0].read(GicDistributor.ISACTIVER + 4, 4));
        pair.end(1, DISK);
        assertEquals(0, pair.distributors[0].read(GicDistributor.ISACTIVER + 4, 4));
    }

    /** 4.3: what is banked; priorities, enables and states of private interrupts. */
    @Test
    void eachCpuHasItsOwnPrivateInterrupts() {
        Pair pair = new Pair();
        Mmio first = pair.distributors[0];
        Mmio second = pair.distributors[1];
        first.write(GicDistributor.ISENABLER, 4, 1 << TIMER);
        first.write(GicDistributor.IPRIORITYR + TIMER, 1, 0x40);
        assertEquals(0xffff, second.read(GicDistributor.ISENABLER, 4));
        assertEquals(0, second.read(GicDistributor.IPRIORITYR + TIMER, 1));
        pair.pend(0, TIMER);
        pair.pend(1, TIMER);
        pair.expectSignalled(true, false); // the second has not enabled it
        assertEquals(TIMER, pair.acknowledge(0));
        assertEquals(1 << TIMER, first.read(GicDistributor.ISACTIVER, 4));
        assertEquals(0, second.read(GicDistributor.ISACTIVER, 4));
        assertEquals(1 << TIMER, second.read(GicDistributor.ISPENDR, 4));
        assertEquals(0x40, pair.cpus[0].read(GicCpuInterface.RPR, 4));
        assertEquals(0xff, pair.cpus[1].read(GicCpuInterface.RPR, 4));
        second.write(GicDistributor.ICPENDR, 4, 1 << TIMER);
        second.write(GicDistributor.ISENABLER, 4, 1 << TIMER);
        pair.gic.line(1, TIMER).set(true);
        pair.expectSignalled(false, true);
        assertEquals(0, first.read(GicDistributor.ISPENDR, 4));
        assertEquals(TIMER, pair.acknowledge(1));
        pair.end(1, TIMER);
        pair.expectSignalled(false, true); // the level stays
        pair.gic.line(1, TIMER).set(false);
        pair.expectSignalled(false, false);
    }

    /** 4.4.15: DIR of a shared interrupt from either CPU, of a private one from its own. */
    @Test
    void deactivationReachesWhatAnotherCpuAcknowledged() {
        Pair pair = new Pair();
        int separate = 1 | GicCpuInterface.SEPARATE_DEACTIVATE;
        pair.cpus[0].write(GicCpuInterface.CTLR, 4, separate);
        pair.cpus[1].write(GicCpuInterface.CTLR, 4, separate);
        pair.target(DISK, 1);
        pair.pend(0, DISK);
        assertEquals(DISK, pair.acknowledge(0));
        pair.end(0, DISK);
        pair.pend(0, DISK);
        pair.expectSignalled(false, false);
        pair.cpus[1].write(GicCpuInterface.DIR, 4, DISK);
        pair.expectSignalled(true, false);

        pair.distributors[0].write(GicDistributor.SGIR, 4, 3 << 16 | 5);
        assertEquals(5, pair.acknowledge(0) & 0x3ff);
        assertEquals(5, pair.acknowledge(1) & 0x3ff);
        pair.cpus[1].write(GicCpuInterface.DIR, 4, 5);
        assertEquals(1 << 5, pair.distributors[0].read(GicDistributor.ISACTIVER, 4));
        assertEquals(0, pair.distributors[1].read(GicDistributor.ISACTIVER, 4));
    }

    /** 4.3.15 to 4.3.17. */
    @Test
    void sourcesOfSoftwareInterruptsAreSetAndClearedOneByOne() {
        Pair pair = new Pair();
        pair.distributors[0].write(GicDistributor.SPENDSGIR + 7, 1, 3);
        pair.expectSignalled(true, false);
        assertEquals(3 << 24, pair.distributors[0].read(GicDistributor.CPENDSGIR + 4, 4));
        assertEquals(0, pair.distributors[1].read(GicDistributor.SPENDSGIR + 4, 4));
        pair.distributors[0].write(GicDistributor.CPENDSGIR + 7, 1, 1);
        assertEquals(1 << 10 | 7, pair.acknowledge(0));
        pair.end(0, 1 << 10 | 7);
        pair.expectSignalled(false, false);
        pair.distributors[1].write(GicDistributor.SGIR, 4, 2 << 24 | 0xff << 16 | 1); // to itself
        pair.expectSignalled(false, true);
        pair.distributors[1].write(GicDistributor.SGIR, 4, 1 << 24 | 2 << 16 | 2); // to all others
        assertEquals(1 << 10 | 2, pair.acknowledge(0));
        assertEquals(1 << 10 | 1, pair.acknowledge(1));
    }

    @Test
    void twoCpusSendEachOtherInterruptsAndShareTheOthers() {
        Pair both = new Pair();
        GicV2 pair = both.gic;
        Rig.Wire[] irqs = both.irqs;
        Mmio[] distributors = both.distributors;
        Mmio[] cpus = both.cpus;
        assertEquals(0x02020202, distributors[1].read(GicDistributor.ITARGETSR, 4));

        distributors[0].write(GicDistributor.SGIR, 4, 1 << 24 | 3); // to all others
        distributors[1].write(GicDistributor.SGIR, 4, 2 << 16 | 3); // to CPU 1
        assertFalse(irqs[0].level);
        assertEquals(3, distributors[1].read(GicDistributor.SPENDSGIR + 3, 1));
        assertEquals(3, cpus[1].read(GicCpuInterface.IAR, 4));
        cpus[1].write(GicCpuInterface.EOIR, 4, 3);
        assertEquals(1 << 10 | 3, cpus[1].read(GicCpuInterface.IAR, 4));
        cpus[1].write(GicCpuInterface.EOIR, 4, 1 << 10 | 3);
        assertEquals(GicV2.SPURIOUS, cpus[1].read(GicCpuInterface.IAR, 4));

        distributors[1].write(GicDistributor.ISENABLER, 4, 1 << TIMER);
        pair.line(1, TIMER).set(true);
        assertTrue(irqs[1].level);
        assertFalse(irqs[0].level);
        pair.line(1, TIMER).set(false);

        distributors[0].write(GicDistributor.ISENABLER + 4, 4, 1 << 8);
        pair.line(40).set(true);
        assertFalse(irqs[0].level || irqs[1].level);
        distributors[0].write(GicDistributor.ITARGETSR + 40, 1, 2);
        assertFalse(irqs[0].level);
        assertEquals(40, cpus[1].read(GicCpuInterface.IAR, 4));
    }
}
