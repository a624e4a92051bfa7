/** Clusters, containers, clouds, hosts, monitoring. */
export const systems = `
# Clusters and containers
cluster = kubernetes = k8s = kubectl
k8s > kubernetes
container = docker = pod
crashed container, container print, container say, container output, what did the container, what did it print, output of the program, print out by, messages of the program, service print > logs, log, pod
log = logs = output
what runs, which containers run, what is running, running in the cluster, which services run, which programs run > get, list, pods, resources, kubectl
events of that pod, why does it not start, why does the pod, what is wrong with the pod, will not start, does not start, keeps crashing, stuck > describe, events, pod
version deployed before, deployed before, version before, previous version, earlier version, old version again, undo the deployment, go back to the version > rollout, rollback, undo
is the new version out, new version out, restart the deployment, restart the service, restart > rollout, restart
more copies, three copies, five copies, more instances, fewer copies, how many copies, copies of the service, handle more load, more load, grow, shrink > scale, replicas
from my machine, on my own machine, service of the cluster, reach the service, reach the database in, to my laptop, local access to, from my laptop, tunnel > port, forward
stop the tunnel, close the tunnel, no longer reach > stop, port, forward
other cluster, another cluster, which cluster, production cluster, test cluster, switch cluster > context, kubectl
take that machine out, out of the cluster, repairs, for repairs, maintenance, no new work on, empty the machine, machine of the cluster, put the machine back > node, drain, cordon, management
machine = node = host = server
inside the container, command in the container, run a command in, shell in, within the container, in the running container, look inside the container > exec, pod, command
manifest, yaml file, from this yaml, description of the service, from a file to the cluster > apply, manifest, create
change one field of, small change to the deployment, set one value of > patch
broken deployment, from the cluster > delete, kubectl
install an app into the cluster, ready made app, chart, packaged app > helm, chart, install
newer version of the chart, newer version of the packaged > upgrade, helm, chart
take the app off the cluster, remove the packaged > uninstall, helm, chart
what does the field mean, what can i write in the yaml, which kinds of things, what kinds of things does the cluster > explain, resource, api, resources
lost the cluster, connect again to the cluster, cluster does not answer > reconnect
any other command, any command > generic, command
everything you created in the cluster, remove all you made > cleanup
deploy = release = rollout

# Hosts and clouds
service = daemon = process
terminal, command line, shell, bash, console > command, execute, shell
run a command, run a program, run a line > execute, command, run
server, virtual machine, vm, computer in the cloud, ec2, droplet > instance, server
bucket, object storage, s3, blob > bucket, storage, object
lambda, serverless > function
dns, domain name > domain, dns, record
certificate, tls, https > certificate, ssl
password, credentials, api key, token > secret, credential, key, token
environment variable = env = setting = configuration
config = configuration = settings = options = preferences
costs, how much do we pay, spend, spending, bill for the cloud > cost, billing, usage
firewall, open a port, who may connect > firewall, rule, security
user = account = member = profile

# Monitoring
alert = alarm = incident
monitor = watch = observe
metric = measurement = figure
graph = chart = diagram = plot = dashboard
crash, exception, stack trace, went wrong, failure, fails, blew up > error, errors, issue, event, logs
error = exception = failure
how loaded, load of the machine, cpu, uses the most memory > metrics, cpu, usage
slow requests, where is the time spent > trace, traces, performance, latency
down, outage, not available > status, incident, uptime
on call, who is on duty > oncall, schedule

# More ways to say it
copies, copy of the service, replicas, instances > scale, replicas
inside the running, look around inside > exec, pod
yaml > manifest, apply
may i write in, spec of a, allowed fields > explain, resource
app into the cluster, postgres into, redis into, database into the cluster > helm, install, chart
newer version of, newest version of > upgrade, update
running, runs > get, list, status
restarts, crashes, crashed > logs, describe, pod
deployed, deployment > rollout, deployment
clusters, staging, production > context, cluster
power, more power, busy, crowded, peak, christmas > scale
wrote, what it wrote, what did it write, printed > logs
come up, comes up, does not come, not come up, pending, unhealthy > describe, events
start again, start the service, bounce > rollout, restart
just the image, only the image, only one value > patch
packaged, package of > helm, chart
off the cluster, from the cluster > uninstall, delete
`;
