"""Prints what TensorBoard and MLflow read from the folder of an experiment, as JSON.

usage: python read_tracking.py results/NAME
It needs the Python packages tensorboard and mlflow.
"""

import json
import os
import pathlib
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"  # MLflow asks for it from 3.x on

from mlflow import MlflowClient
from tensorboard.backend.event_processing import data_provider
from tensorboard.backend.event_processing import plugin_event_multiplexer as multiplexers
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups
from tensorboard.context import RequestContext


def tensorboard(folder):
    multiplexer = multiplexers.EventMultiplexer().AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    runs = {}
    for run in sorted(multiplexer.Runs()):
        accumulator = multiplexer.GetAccumulator(run)
        tags = accumulator.Tags()["tensors"]
        scalars = {}
        for tag in tags:
            if accumulator.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
                events = accumulator.Tensors(tag)
                scalars[tag] = [[e.step, e.tensor_proto.float_val[0]] for e in events]
        images = [t for t in tags
                  if accumulator.SummaryMetadata(t).plugin_data.plugin_name == "images"]
        sizes = {}
        for tag in images:
            strings = accumulator.Tensors(tag)[0].tensor_proto.string_val
            png = strings[2]
            assert png[:4] == b"\x89PNG", tag
            assert int.from_bytes(png[16:20], "big") == int(strings[0]), tag
            assert int.from_bytes(png[20:24], "big") == int(strings[1]), tag
            sizes[tag] = len(png) > 1000
        runs[run] = {"scalars": scalars, "images": sizes}
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(folder))
    context = backend_context.Context(
        base_plugin.TBContext(data_provider=provider, multiplexer=multiplexer))
    metadata = context.hparams_metadata(RequestContext(), "")
    experiment = context.experiment_from_metadata(
        RequestContext(), "", True, metadata,
        context.hparams_from_data_provider(RequestContext(), "", None))
    request = api_pb2.ListSessionGroupsRequest(
        start_index=0, slice_size=1000, include_metrics=True,
        aggregation_type=api_pb2.AGGREGATION_AVG,
        allowed_statuses=[api_pb2.STATUS_SUCCESS, api_pb2.STATUS_FAILURE,
                          api_pb2.STATUS_UNKNOWN])
    answer = list_session_groups.Handler(RequestContext(), context, "", request).run()
    groups = {
        group.name: {
            "hparams": {k: getattr(v, v.WhichOneof("kind")) for k, v in group.hparams.items()},
            "metrics": {m.name.tag: m.value for m in group.metric_values},
            "sessions": len(group.sessions),
        }
        for group in answer.session_groups
    }
    return {
        "runs": runs,
        "hparams": [info.name for info in experiment.hparam_infos],
        "metrics": [info.name.tag for info in experiment.metric_infos],
        "groups": groups,
    }


def mlflow(folder):
    # Where artifacts lie is said from the experiment's folder.
    os.chdir(folder.parent)
    client = MlflowClient(tracking_uri=folder.resolve().as_uri())
    runs = {}
    experiments = client.search_experiments()
    for experiment in experiments:
        for run in client.search_runs([experiment.experiment_id], max_results=1000):
            identifier = run.info.run_id
            history = {
                name: [[m.step, m.value] for m in client.get_metric_history(identifier, name)]
                for name in run.data.metrics
            }
            artifacts = [a.path for a in client.list_artifacts(identifier)]
            if "images" in artifacts:
                artifacts += [a.path for a in client.list_artifacts(identifier, "images")]
            runs[run.info.run_name] = {
                "id": identifier, "status": run.info.status, "params": run.data.params,
                "history": history, "tags": run.data.tags, "artifacts": sorted(artifacts),
            }
    base = client.search_runs(
        [e.experiment_id for e in experiments],
        "params.model = 'base' and metrics.`accuracy/clean` >= 0")
    return {
        "experiments": [e.name for e in experiments],
        "notes": [e.tags.get("mlflow.note.content") for e in experiments],
        "runs": runs,
        "base": sorted(run.info.run_name for run in base),
    }


results = pathlib.Path(sys.argv[1]).resolve()
found = {"tensorboard": tensorboard(results / "tensorboard"), "mlflow": mlflow(results / "mlruns")}
json.dump(found, sys.stdout, indent=1, sort_keys=True)
