package swivel.machine;

import swivel.cpu.DevicePort;
import swivel.cpu.UserState;
import swivel.devices.EventQueue;
import swivel.devices.GenericTimer;
import swivel.memory.InterruptLine;
import swivel.memory.MachineLock;
import swivel.vmm.Cluster;
import swivel.vmm.Platform;
import swivel.vmm.Vcpu;

/** What a vCPU of a {@link VirtMachine} finds around it. */
final class VcpuPlatform implements Platform {
    private static final int HOST_CORES = Runtime.getRuntime().availableProcessors();

    private final VirtMachine machine;
    private final EventQueue events;
    private final Cluster cluster;
    private final MachineLock lock;
    /** Null where the vCPU is alone, and sleeps in the event queue. */
    private final MachineLock.Sleep sleep;

    private final EventQueue.Timer monitorAlarm;

    private Vcpu vcpu;
    private GenericTimer timer;
    private InterruptLine monitorLine;
    private Psci psci;

    VcpuPlatform(VirtMachine machine, EventQueue events, Cluster cluster, MachineLock lock) {
        this.machine = machine;
        this.events = events;
        this.cluster = cluster;
        this.lock = lock;
        this.sleep = lock.isShared() ? lock.newSleep(cluster.size() <= HOST_CORES) : null;
        this.monitorAlarm = events.newTimer(VirtBoard.MONITORS, this::look);
    }

    /** Names what was made after this. */
    void connect(Vcpu newVcpu, GenericTimer newTimer, InterruptLine newMonitorLine) {
        vcpu = newVcpu;
        timer = newTimer;
        monitorLine = newMonitorLine;
        psci = new Psci(new Power());
    }

    /** The vCPU looks at its monitors after each kick. */
    private void look() {
        if (lock.isShared()) {
            vcpu.kick();
        }
    }

    @Override
    public void runEvents() {
        events.runDue();
    }

    /** Sleeps; if nothing can ever end the sleep, ends the run instead. */
    @Override
    public void waitForInterrupt() {
        if (sleep == null) {
            if (machine.canNeverWake()) {
                exitStuck();
            } else {
                events.await();
            }
        } else if (everybodySleeps() && machine.canNeverWake()) {
            exitStuck();
        } else {
            sleep.begin();
        }
    }

    private boolean everybodySleeps() {
        return cluster.vcpus().stream().allMatch(other -> other == vcpu || other.isAsleep());
    }

    private void exitStuck() {
        vcpu.exit(new Vcpu.Exit.Stuck(String.format(
                "it waits for an interrupt at 0x%08x, and there is nothing that could interrupt it",
                vcpu.state().r[UserState.PC])));
    }

    @Override
    public void wake() {
        if (sleep == null) {
            events.wake();
        } else {
            lock.lock();
            try {
                sleep.end();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public long counter() {
        return timer.counter();
    }

    @Override
    public int frequency() {
        return GenericTimer.FREQUENCY;
    }

    @Override
    public long aheadOfHost() {
        return events.isInHostTime() ? events.aheadOfClock() : DevicePort.OTHER_TIME;
    }

    @Override
    public TimerPort physicalTimer() {
        return port(GenericTimer.Kind.PHYSICAL);
    }

    @Override
    public TimerPort virtualTimer() {
        return port(GenericTimer.Kind.VIRTUAL);
    }

    private TimerPort port(GenericTimer.Kind kind) {
        return new TimerPort() {
            @Override
            public int control() {
                return timer.control(kind);
            }

            @Override
            public void setControl(int value) {
                timer.setControl(kind, value);
            }

            @Override
            public long compare() {
                return timer.compare(kind);
            }

            @Override
            public void setCompare(long value) {
                timer.setCompare(kind, value);
            }
        };
    }

    @Override
    public MonitorPort monitors() {
        return monitorPort;
    }

    private final MonitorPort monitorPort = new MonitorPort() {
        @Override
        public long nanoseconds() {
            return events.now();
        }

        @Override
        public void lookIn(long nanoseconds) {
            monitorAlarm.arm(nanoseconds < 0 ? EventQueue.NEVER : events.now() + nanoseconds);
        }

        @Override
        public void setInterrupt(boolean level) {
            monitorLine.set(level);
        }
    };

    /** PSCI, whichever way it is called. */
    @Override
    public void firmwareCall(Vcpu caller, boolean hvc) {
        int[] r = caller.state().r;
        r[0] = psci.call(r[0], r[1], r[2], r[3]);
    }

    private final class Power implements Psci.Power {
        @Override
        public int processors() {
            return cluster.vcpus().size();
        }

        @Override
        public boolean isOff(int processor) {
            return cluster.vcpus().get(processor).isOff();
        }

        @Override
        public void on(int processor, int entry, int context) {
            cluster.vcpus().get(processor).turnOn(entry, context);
        }

        @Override
        public void suspend() {
            vcpu.waitForInterrupt();
        }

        @Override
        public void off() {
            vcpu.turnOff();
            if (cluster.vcpus().stream().allMatch(Vcpu::isOff)) {
                powerOff();
            }
        }

        @Override
        public void powerOff() {
            vcpu.exit(new Vcpu.Exit.PowerOff());
        }

        @Override
        public void reset() {
            vcpu.exit(new Vcpu.Exit.Reset());
        }
    }
}
