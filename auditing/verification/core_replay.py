"""Replaying through Temporal's core, as the SDK's `Replayer` does, at a fraction of what that spends around it.

The core decides alike whether code and history go together. What the SDK does beside it a worker needs and an audit
does not: a thread for each activation, and four passes over its payloads, which are open already.
"""

import asyncio
from contextlib import suppress
from threading import Event, Lock, Thread, get_ident
from time import monotonic
from types import TracebackType
from typing import Self

from temporalio.bridge import worker as bridge
from temporalio.bridge.proto.workflow_activation import RemoveFromCache, WorkflowActivation
from temporalio.bridge.proto.workflow_completion import Success, WorkflowActivationCompletion
from temporalio.bridge.runtime import Runtime
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, ReplayerConfig, WorkflowInstance
from temporalio.worker._workflow import _WorkflowWorker
from temporalio.workflow import NondeterminismError

from activities.archive.runs import serialized

PATIENCE = 10.0
"""Seconds that an activation may take. What takes longer would never end, and a worker would fail it much sooner."""

TO_THE_END = (RemoveFromCache.EvictionReason.CACHE_FULL, RemoveFromCache.EvictionReason.LANG_REQUESTED)
"""Why a run leaves the core whose replay came to its end."""


class CoreReplay:
    """Replays one history after another, while it is entered and in that event loop.

    Not in a task of that loop: where another task is at work, Python lets none of a workflow's begin.
    """

    def __init__(self, replayer: Replayer, patience: float = PATIENCE) -> None:
        self._config = replayer.config()
        self._instances: dict[str, WorkflowInstance] = {}
        self._patience = Patience(patience)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._maker = _maker(self._config)
        runtime = self._config["runtime"]
        assert runtime is not None
        self._worker, self._pusher = bridge.Worker.for_replay(
            runtime._core_runtime, _worker_config(self._config, self._maker)
        )
        self._closed = self._loop.create_future()
        self._completing = set[asyncio.Future[None]]()
        self._replayed: asyncio.Future[Exception | None] = self._loop.create_future()
        self._patience.begin()
        self._poll()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pusher.close()
        self._worker.initiate_shutdown()
        await asyncio.wait([self._closed, *self._completing])
        self._patience.end()
        with suppress(ValueError):  # the core has not yet let go of what has ended; then it ends with that
            await self._worker.finalize_shutdown()

    async def failure(self, history: WorkflowHistory) -> Exception | None:
        """Why today's code does not take the same way; None where it does. Raises what the core raises."""
        self._replayed = self._loop.create_future()
        await self._pusher.push_history(history.workflow_id, serialized(history.events))
        return await self._replayed

    def _poll(self) -> None:
        self._worker._ref.poll_workflow_activation().add_done_callback(self._polled)

    def _polled(self, polled: asyncio.Future[bytes]) -> None:
        try:
            activation = WorkflowActivation.FromString(polled.result())
        except bridge.PollShutdownError:  # type: ignore[attr-defined]
            self._closed.set_result(None)
            return
        except Exception as error:
            self._stop(error)
            self._closed.set_result(None)
            return
        self._poll()
        removed = next((job.remove_from_cache for job in activation.jobs if job.HasField("remove_from_cache")), None)
        completion = self._activated(activation) if removed is None else self._evicted(activation)
        completing = self._worker._ref.complete_workflow_activation(completion.SerializeToString())
        self._completing.add(completing)
        completing.add_done_callback(lambda done: self._completed(done, removed))

    def _completed(self, done: asyncio.Future[None], removed: RemoveFromCache | None) -> None:
        self._completing.discard(done)
        if (error := done.exception()) is not None:
            self._stop(error)
        elif removed is not None and not self._replayed.done():
            self._replayed.set_result(_failure(removed))

    def _stop(self, error: BaseException) -> None:
        if not self._replayed.done():
            self._replayed.set_exception(error)

    def _activated(self, activation: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = WorkflowActivationCompletion()
        try:
            instance = self._instances.get(activation.run_id) or self._instance(activation)
            completion = self._at_work(instance, activation)
        except Exception as error:
            converter = self._config["data_converter"]
            completion.failed.failure.SetInParent()
            converter.failure_converter.to_failure(error, converter.payload_converter, completion.failed.failure)
        completion.run_id = activation.run_id
        return completion

    def _evicted(self, activation: WorkflowActivation) -> WorkflowActivationCompletion:
        if (instance := self._instances.pop(activation.run_id, None)) is not None:
            try:
                self._at_work(instance, activation)
            except Exception as error:
                self._stop(error)
        return WorkflowActivationCompletion(run_id=activation.run_id, successful=Success())

    def _at_work(self, instance: WorkflowInstance, activation: WorkflowActivation) -> WorkflowActivationCompletion:
        try:
            with self._patience:
                return instance.activate(activation)
        finally:
            asyncio._set_running_loop(self._loop)  # the workflow's own loop leaves none

    def _instance(self, activation: WorkflowActivation) -> WorkflowInstance:
        [begun] = [job.initialize_workflow for job in activation.jobs if job.HasField("initialize_workflow")]
        instance = self._maker._create_workflow_instance(activation, begun)
        self._instances[activation.run_id] = instance
        return instance


def _maker(config: ReplayerConfig) -> _WorkflowWorker:
    """What makes instances of the workflow; its own loop, which takes them through threads, is never run."""
    converter, runtime = config["data_converter"], config["runtime"]
    assert runtime is not None
    return _WorkflowWorker(
        bridge_worker=_no_worker,
        namespace=config["namespace"],
        task_queue=_queue(config),
        workflows=config["workflows"],
        workflow_task_executor=config["workflow_task_executor"],
        max_concurrent_workflow_tasks=1,
        workflow_runner=config["workflow_runner"],
        unsandboxed_workflow_runner=config["unsandboxed_workflow_runner"],
        data_converter=converter,
        interceptors=config["interceptors"],
        workflow_failure_exception_types=config["workflow_failure_exception_types"],
        patch_activation_callback=None,
        debug_mode=False,
        disable_eager_activity_execution=False,
        metric_meter=runtime.metric_meter,
        on_eviction_hook=None,
        disable_safe_eviction=False,
        should_enforce_versioning_behavior=False,
        assert_local_activity_valid=lambda _name: None,
        encode_headers=False,
        max_workflow_task_external_storage_concurrency=1,
    )


def _no_worker() -> bridge.Worker:
    raise AssertionError("what makes instances runs none")


def _queue(config: ReplayerConfig) -> str:
    return f"replay-{config['build_id']}"


def _worker_config(config: ReplayerConfig, maker: _WorkflowWorker) -> bridge.WorkerConfig:
    """As the SDK's replayer has it. Replay uses next to nothing of it, and the core wants all of it."""
    one, poller = bridge.FixedSizeSlotSupplier(1), bridge.PollerBehaviorSimpleMaximum(1)
    return bridge.WorkerConfig(
        namespace=config["namespace"],
        task_queue=_queue(config),
        identity_override=None,
        versioning_strategy=bridge.WorkerVersioningStrategyNone(build_id_no_versioning=config["build_id"] or ""),
        max_cached_workflows=2,
        tuner=bridge.TunerHolder(bridge.FixedSizeSlotSupplier(2), one, one, one),
        workflow_task_poller_behavior=bridge.PollerBehaviorSimpleMaximum(2),
        nonsticky_to_sticky_poll_ratio=1,
        activity_task_poller_behavior=poller,
        task_types=bridge.WorkerTaskTypes(
            enable_workflows=True, enable_local_activities=False, enable_remote_activities=False, enable_nexus=False
        ),
        no_remote_activities=True,
        sticky_queue_schedule_to_start_timeout_millis=1000,
        max_heartbeat_throttle_interval_millis=1000,
        default_heartbeat_throttle_interval_millis=1000,
        max_activities_per_second=None,
        max_task_queue_activities_per_second=None,
        max_eager_activity_reservations_per_workflow_task=3,
        graceful_shutdown_period_millis=0,
        nondeterminism_as_workflow_fail=maker.nondeterminism_as_workflow_fail(),
        nondeterminism_as_workflow_fail_for_types=maker.nondeterminism_as_workflow_fail_for_types(),
        nexus_task_poller_behavior=poller,
        plugins=[],
        storage_drivers=set(),
        disable_payload_error_limit=True,
    )


def _failure(removed: RemoveFromCache) -> Exception | None:
    """As the SDK's replayer tells it."""
    if removed.reason in TO_THE_END:
        return None
    if removed.reason == RemoveFromCache.EvictionReason.NONDETERMINISM:
        return NondeterminismError(removed.message)
    return RuntimeError(f"{removed.reason}: {removed.message}")


class _Interrupted(BaseException):
    """Raised within code that takes too long: no `except Exception` in there stops it."""


class TookTooLong(Exception):
    """An activation has not come to an end in time."""


class Patience:
    """Interrupts what takes too long of the thread that has entered it: seldom, so that it costs next to nothing."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock, self._over = Lock(), Event()
        self._since: float | None = None
        self._thread, self._interrupted = get_ident(), False

    def begin(self) -> None:
        self._over.clear()
        Thread(target=self._watch, daemon=True).start()

    def end(self) -> None:
        self._over.set()

    def __enter__(self) -> None:
        with self._lock:
            self._thread, self._since, self._interrupted = get_ident(), monotonic(), False

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._lock:
            self._since = None
        if self._interrupted:
            raise TookTooLong(f"the workflow did not yield within {self._seconds:.0f} seconds")

    def _watch(self) -> None:
        while not self._over.wait(self._seconds / 4):
            with self._lock:
                if self._since is not None and monotonic() - self._since > self._seconds and not self._interrupted:
                    self._interrupted = True
                    Runtime._raise_in_thread(self._thread, _Interrupted)
